"""Everything that becomes paper or a spreadsheet: tagged PDF, charts, workbooks. Data in, bytes out."""
