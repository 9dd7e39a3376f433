"""Who may do what with a request for a test. Expectations by hand."""
