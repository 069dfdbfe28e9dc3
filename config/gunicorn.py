"""How gunicorn serves the application; every process of the web reads this file."""

import os

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# a page that takes longer than this is a fault, and PDF batches run in the worker
timeout = 60
graceful_timeout = 20
# memory that a rendered PDF left behind goes back to the machine
max_requests = 2000
max_requests_jitter = 200
# heartbeats of the workers go to memory: a slow disk must not look like a hung worker
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  # nosec B108
# Gunicorn's remote control is not used, so it is not opened.
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "warning")
