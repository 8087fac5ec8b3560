"""What teachers let the tutor do in their classes."""
