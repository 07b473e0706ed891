// The services of a cloud: their names in settings and in `extensions.service`, and their titles in messages.

export const SERVICES = ['swr', 'ims', 'modelarts', 'iam'] as const;
export type Service = (typeof SERVICES)[number];

/** The names by which the services are known to their users. */
export const SERVICE_TITLES: Readonly<Record<Service, string>> = {
  swr: 'SWR',
  ims: 'IMS',
  modelarts: 'ModelArts',
  iam: 'IAM',
};
