"""get.py URL: prints the status and the body. Certificates that nobody signed are taken."""

import ssl
import sys
import urllib.error
import urllib.request

context = ssl._create_unverified_context()
try:
    with urllib.request.urlopen(sys.argv[1], timeout=20, context=context) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
