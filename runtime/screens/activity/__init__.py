"""What happened around a record: records of other forms, what people said, what was changed; one timeline."""
