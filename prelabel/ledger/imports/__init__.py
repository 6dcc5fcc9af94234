"""Imports into Label Studio with an unknown outcome: recorded before they are sent, and looked at again later."""
