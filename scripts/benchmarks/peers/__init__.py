"""What the product is measured against: the least a server can do, and the same webhook in Django."""
