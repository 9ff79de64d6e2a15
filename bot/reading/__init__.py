"""What a person wrote, made safe and plain: secrets hidden, wrappers peeled, evidence collected."""
