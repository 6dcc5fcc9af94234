"""Language of the command line: the choice by the locale, the catalogues, and help in that language."""
