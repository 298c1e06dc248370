"""What two or more commands of this project share: one module a concept."""
