"""The web application. Django begins and ends here.

Floors, highest first: `site` · `pages`, `portal`, `api` and `jobs` · `services` · `rights` · `store`.
"""
