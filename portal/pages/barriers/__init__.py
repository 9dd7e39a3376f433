"""Reports of barriers in the portal, and requests for content in an accessible form (DOS-lagen 2018:1937 13 and 15 §§)."""
