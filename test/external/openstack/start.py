"""start.py TOKEN_SECONDS: runs a Keystone and a Glance on loopback for as long as its standard input is open.

When both respond it prints one line of JSON: where they are, and what content.py has put into them. All that they write
lies in a temporary folder and goes with it.
"""
import base64
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import string
import subprocess
import sys
import tempfile
import threading
import time

import content

HERE = pathlib.Path(__file__).parent
HOST = '127.0.0.1'
PYTHON = '/usr/bin/python3'
KEYSTONE_MANAGE = ('/usr/bin/keystone-manage', '--config-file', 'keystone.conf')
ADMIN_PASSWORD = 'admin-secret'

children = []


def main(token_seconds):
    os.environ['no_proxy'] = HOST
    with tempfile.TemporaryDirectory(prefix='openstack-') as folder:
        os.chdir(folder)
        signal.signal(signal.SIGTERM, end)
        threading.Thread(target=end_with_input, daemon=True).start()
        try:
            keystone, glance = start_servers(token_seconds)
            print(json.dumps(content.fill(keystone, glance, ADMIN_PASSWORD, 'glance.sqlite')), flush=True)
            signal.pause()
        except Exception:
            sys.stderr.write(pathlib.Path('log').read_text()[-10_000:])
            raise
        finally:
            for child in children:
                child.kill()
                child.wait()


def end(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit()


def end_with_input():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def start_servers(token_seconds):
    """Starts both on empty databases and returns their addresses when they respond."""
    keystone_port, glance_port = free_ports()
    keystone, glance = f'http://{HOST}:{keystone_port}', f'http://{HOST}:{glance_port}'
    write_files(token_seconds=token_seconds, glance_port=glance_port, keystone=keystone, admin_password=ADMIN_PASSWORD)

    glance_tables = start(PYTHON, '-m', 'glance.cmd.manage', '--config-file', 'glance-api.conf', 'db_sync')
    finish(start(*KEYSTONE_MANAGE, 'db_sync'))
    finish(start(*KEYSTONE_MANAGE, 'bootstrap', '--bootstrap-password', ADMIN_PASSWORD,
                 '--bootstrap-region-id', 'RegionOne', '--bootstrap-public-url', f'{keystone}/v3',
                 '--bootstrap-internal-url', f'{keystone}/v3'))
    finish(glance_tables)

    os.environ['OS_KEYSTONE_CONFIG_FILES'] = 'keystone.conf'
    # With its one thread nobody locks another out of sqlite. The header says what uwsgi does anyway: it closes.
    keystone_server = start('/usr/bin/uwsgi', '--plugins', 'python3', '--http-socket', f'{HOST}:{keystone_port}',
                            '--wsgi-file', '/usr/bin/keystone-wsgi-public', '--need-app', '--buffer-size', '65535',
                            '--add-header', 'Connection: close')
    glance_server = start(PYTHON, '-m', 'glance.cmd.api', '--config-file', 'glance-api.conf')
    wait_for(keystone_server, keystone_port)
    wait_for(glance_server, glance_port)
    return keystone, glance


def free_ports():
    """Finds two free ports below those that the system hands out, so that nobody takes them before the servers do."""
    return [port for port in random.sample(range(20_000, 32_000), 100) if not is_open(port)][:2]


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def write_files(**values):
    """Writes the configuration, the keys, and databases that can be read while they are written."""
    for name in ('keystone.conf', 'glance-api.conf', 'glance-api-paste.ini'):
        pathlib.Path(name).write_text(string.Template((HERE / name).read_text()).substitute(values))
    keys = pathlib.Path('keys')
    keys.mkdir(0o700)
    for name in ('0', '1'):
        (keys / name).write_bytes(base64.urlsafe_b64encode(os.urandom(32)))
    for name in ('keystone.sqlite', 'glance.sqlite'):
        sqlite3.connect(name).execute('PRAGMA journal_mode = WAL')


def start(*command):
    """Starts a child that the kernel ends with this process, however that ends."""
    with open('log', 'ab') as log:
        child = subprocess.Popen(('setpriv', '--pdeathsig', 'KILL', *command), stdin=subprocess.DEVNULL, stdout=log,
                                 stderr=log)
    children.append(child)
    return child


def finish(child):
    if child.wait() != 0:
        raise RuntimeError(f'{child.args} has failed')


def wait_for(server, port):
    while not is_open(port):
        if server.poll() is not None:
            raise RuntimeError(f'{server.args} has ended')
        time.sleep(0.1)


main(token_seconds=sys.argv[1])
