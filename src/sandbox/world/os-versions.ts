// The world's operating systems that an image may have, with the tags that find them.
// Source: docs/upstream/ims.md#os-versions.
import type { OsVersion } from './types.ts';

const VERSIONS: [platform: string, version: string, tags: string][] = [
  ['SUSE', 'SUSE Linux Enterprise Server 15 64bit', 'x86 kvm uefi bms bms_otc'],
  ['SUSE', 'SUSE Linux Enterprise Server 12 SP5 64bit', 'x86 kvm'],
  ['Ubuntu', 'Ubuntu 24.04 server 64bit', 'x86 kvm uefi'],
  ['Ubuntu', 'Ubuntu 22.04 server 64bit', 'x86 kvm uefi bms'],
  ['Ubuntu', 'Ubuntu 22.04 server 64bit with ARM', 'arm kvm uefi'],
  ['CentOS', 'CentOS 7.9 64bit', 'x86 kvm bms bms_otc'],
  ['CentOS', 'CentOS 6.9 32bit', 'x86 kvm'],
  ['EulerOS', 'EulerOS 2.10 64bit with ARM', 'arm kvm uefi bms'],
  ['Huawei Cloud EulerOS', 'Huawei Cloud EulerOS 2.0 64bit', 'x86 kvm uefi'],
  ['Debian', 'Debian GNU/Linux 12.0.0 64bit', 'x86 kvm uefi'],
  ['Windows', 'Windows Server 2022 Standard 64bit', 'x86 kvm uefi'],
  ['Other', 'Other(64 bit)', 'x86'],
];

/** Creates the versions; the key of each is its full name, as by default. */
export function createOsVersions(): OsVersion[] {
  return VERSIONS.map(([platform, os_version, tags]) => {
    const os_bit = os_version.includes('32bit') ? 32 : 64;
    const os_type = platform === 'Windows' || platform === 'Other' ? platform : 'Linux';
    return { row: { platform, os_version_key: os_version, os_version, os_bit, os_type }, tags: tags.split(' ') };
  });
}
