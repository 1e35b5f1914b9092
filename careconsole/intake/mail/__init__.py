"""Reads mails: single ones, Maildir folders and mbox files. Hostile bytes cost linear time and never raise."""
