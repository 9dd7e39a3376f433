"""Forms of the fund: of its moves, of a call, of an application."""
