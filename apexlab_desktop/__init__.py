"""ApexLab Desktop: lap analysis that a driver can trust.

Imports nothing, so that the server stays free of Qt.
"""
