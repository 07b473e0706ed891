// The endpoints that Huawei Cloud and Open Telekom Cloud publish for their regions.
import type { Service } from './services.ts';
import type { CloudKind } from './settings.ts';

/** Base URLs by service. OpenStack has none: each installation has its own. */
export function defaultEndpoints(kind: CloudKind, region: string): Partial<Record<Service, string>> {
  if (kind === 'openstack') return {};
  const domain = kind === 'otc' ? otcDomain(region) : huaweiDomain(region);
  return {
    swr: `https://swr-api.${region}.${domain}`,
    ims: `https://ims.${region}.${domain}`,
    modelarts: `https://modelarts.${region}.${domain}`,
    iam: `https://${region === 'eu-ch2' ? 'iam-pub' : 'iam'}.${region}.${domain}`,
  };
}

const otcDomain = (region: string) => (region === 'eu-ch2' ? 'sc.otc.t-systems.com' : 'otc.t-systems.com');
const huaweiDomain = (region: string) => (region === 'eu-west-101' ? 'myhuaweicloud.eu' : 'myhuaweicloud.com');
