"""The API at ``/api/v1/``: cases for programs, by the same rules as the pages."""
