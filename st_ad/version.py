"""The version of st_ad, which generated text and cache entries carry."""

VERSION = "0.1.0"
