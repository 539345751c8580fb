"""Results to PDF and HTML bytes; the only place of reportlab."""
