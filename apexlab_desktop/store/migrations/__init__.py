"""Steps of the library's schema, one per revision; never edited once released."""
