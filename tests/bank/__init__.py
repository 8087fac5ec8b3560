"""The exercise bank, attacked."""
