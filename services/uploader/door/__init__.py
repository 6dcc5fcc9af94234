"""The uploader's door: how many strangers are let in at a time, how long they may take, and how often they may guess.

A stranger is a client without the key. Whatever strangers do, people and programs with the key are served.
"""
