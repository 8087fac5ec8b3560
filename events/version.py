"""The version of LearnFlow: of its packages, API and events. A test compares all places that name it."""

VERSION = "0.2.0"
