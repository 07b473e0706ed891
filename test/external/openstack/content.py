"""What the cloud of the tests holds: projects, users and images, the same in each run."""
import json
import sqlite3
import time
import urllib.request
import uuid

PUBLIC = {'visibility': 'public'}
QCOW2 = {'disk_format': 'qcow2', 'container_format': 'bare'}
LINUX = {'__os_type': 'Linux', '__os_bit': '64', '__isregistered': 'true', '__virtual_env_type': 'FusionCompute'}
WINDOWS = {**LINUX, '__os_type': 'Windows', '__platform': 'Windows', 'hw_firmware_type': 'uefi', 'min_ram': 4096}

DISTRIBUTIONS = ('Ubuntu 22.04', 'Ubuntu 24.04', 'Debian 12', 'CentOS 9', 'Fedora 43', 'openEuler 24.03')
# They look like something else in a query.
STRANGE_NAMES = ('12:30', 'in:tricky', 'a,b', 'say: "hi"', 'back\\slash:', '100% a+b&c=d', ' Größe ', '日本語')

# The owner, the bytes that are uploaded (None: none at all) and the properties of each, in the order of their creation.
IMAGES = [
    *(('admin', 100 * n, {**QCOW2, **LINUX, **PUBLIC, 'name': name, '__platform': name.split()[0], 'min_disk': 10})
      for n, name in enumerate(DISTRIBUTIONS)),
    ('admin', 900, {**QCOW2, **WINDOWS, **PUBLIC, 'name': 'Windows 2025', 'min_disk': 40}),
    # Names, sizes and states that several share.
    *(('demo', (None, 5, 5, 9)[n % 4], {**QCOW2, **LINUX, 'name': f'web {n // 5}', 'tags': ['web', f'build={n}']})
      for n in range(20)),
    *(('demo', None, {'name': f'queued {n}', 'disk_format': ('raw', 'iso')[n % 2], 'container_format': 'bare'})
      for n in range(8)),
    # Empty texts and nulls.
    *(('demo', size, {**QCOW2, 'name': ''}) for size in (None, 0, 5)),
    *(('demo', None, {}) for _ in range(3)),
    *(('demo', size, QCOW2) for size in (None, 5, 9)),
    *(('demo', None, {'name': 'no disk format', 'container_format': form}) for form in ('bare', 'ovf')),
    *(('demo', None, {'name': 'no container format', 'disk_format': form}) for form in ('raw', 'vmdk')),
    *(('demo', None, {**QCOW2, 'name': name}) for name in STRANGE_NAMES),
    # Properties that no document lists, and a word where others have a number.
    ('demo', 5, {**QCOW2, **WINDOWS, 'name': 'props', '__os_bit': 'many', '__undocumented': 'x', 'with space': ''}),
    ('demo', None, {**QCOW2, 'name': 'protected', 'protected': True, 'visibility': 'private'}),
    ('demo', None, {**QCOW2, 'name': 'community of demo', 'visibility': 'community'}),
    ('demo', None, {**QCOW2, 'name': 'hidden', 'os_hidden': True}),
    ('other', 5, {**QCOW2, 'name': 'private', 'visibility': 'private'}),
    ('other', None, {**QCOW2, 'name': 'shared with nobody'}),
    ('other', None, {**QCOW2, 'name': 'community of other', 'visibility': 'community'}),
]


def fill(keystone, glance, admin_password, glance_database):
    """Fills both services and says what of it a test needs to know."""
    admin = Administrator(keystone, admin_password)
    projects, users = create_people(admin, glance)
    create_images(admin, glance, projects, glance_database)
    return {'keystone': keystone, 'glance': glance, 'projects': projects, 'users': users}


def create_people(admin, glance):
    """Creates projects and users in the domain Default, a project in another one, and puts Glance into the catalogue."""
    identity = admin.keystone + '/v3'

    def create(kind, **properties):
        return admin.call('POST', f'{identity}/{kind}s', {kind: properties})[kind]['id']

    service = create('service', type='image', name='glance')
    create('endpoint', service_id=service, region_id='RegionOne', interface='public', url=glance)
    projects = {name: create('project', name=name, domain_id='default') for name in ('demo', 'other')}
    users = {}
    # The stranger has a role in no project.
    for name in ('demo', 'other', 'stranger'):
        password = f'{name}-secret'
        users[name] = {'id': create('user', name=name, domain_id='default', password=password), 'password': password}
    member = next(role['id'] for role in admin.call('GET', identity + '/roles')['roles'] if role['name'] == 'member')
    for name, project in projects.items():
        admin.call('PUT', f'{identity}/projects/{project}/users/{users[name]["id"]}/roles/{member}')
    # A project of another domain, in which demo has a role.
    partner = create('domain', name='Partner')
    abroad = create('project', name='abroad', domain_id=partner)
    admin.call('PUT', f'{identity}/projects/{abroad}/users/{users["demo"]["id"]}/roles/{member}')
    return projects, users


def create_images(admin, glance, projects, database):
    images = glance + '/v2/images'
    times = []
    for number, (owner, size, properties) in enumerate(IMAGES):
        image_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f'image {number}'))
        ownership = {'owner': projects[owner]} if owner in projects else {}
        admin.call('POST', images, {'id': image_id, **ownership, **properties})
        if size is not None:
            admin.call('PUT', f'{images}/{image_id}/file', bytes(size), 'application/octet-stream')
        # Three are equally old. Glance writes its times with all digits, and compares them as texts.
        hour = f'{number // 3:02}:00:00.000000'
        times.append((f'2026-03-01 {hour}', f'2026-04-01 {hour}', image_id))
    # Its API takes no times.
    with sqlite3.connect(database, timeout=30) as connection:
        connection.executemany('UPDATE images SET created_at = ?, updated_at = ? WHERE id = ?', times)


class Administrator:
    """Calls both services, on a token that is renewed long before the tests' short-lived ones end."""

    def __init__(self, keystone, password):
        self.keystone = keystone
        self.password = password
        self.renewal = 0

    def call(self, method, url, body=None, content_type='application/json'):
        if time.monotonic() > self.renewal:
            self.token = self.new_token()
            self.renewal = time.monotonic() + 3
        return send(method, url, body, {'X-Auth-Token': self.token, 'Content-Type': content_type})[0]

    def new_token(self):
        domain = {'id': 'default'}
        user = {'name': 'admin', 'password': self.password, 'domain': domain}
        identity = {'methods': ['password'], 'password': {'user': user}}
        auth = {'identity': identity, 'scope': {'project': {'name': 'admin', 'domain': domain}}}
        return send('POST', self.keystone + '/v3/auth/tokens', {'auth': auth},
                    {'Content-Type': 'application/json'})[1]['X-Subject-Token']


def send(method, url, body, headers):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=30) as response:
        text = response.read()
        return json.loads(text) if text else None, response.headers
