"""What the locked packages bring with them: known holes, licences, and whether each is what was locked."""
