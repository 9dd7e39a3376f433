"""Everything that becomes paper or a spreadsheet: data in, bytes out. Knows no case, no database, no request."""
