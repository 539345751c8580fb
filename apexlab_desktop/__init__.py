"""ApexLab Desktop: lap analysis that a driver can trust. Imports nothing, so the server stays free of Qt."""
