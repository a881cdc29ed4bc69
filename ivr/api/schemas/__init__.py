"""What the API takes and gives, as pydantic models; views of services that need no change are shown as they are."""
