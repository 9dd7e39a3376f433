"""Back-up and restore: the database as one dump, every document once, and a manifest by which all of it can be recognised.

    FOLDER/files/ab/ab12…           documents, named by their SHA-256 and shared by all back-ups: a file never changes
    FOLDER/2026-11-21T013000Z/      database.dump and manifest.json

The dump comes first and the files after it, so no file that the dump speaks of can be too new to be there.
"""
