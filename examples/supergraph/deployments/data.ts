// A few made-up deployments, with the keys of repositories and images in image-graph's sandbox cloud.

/** The key of a repository or an image group. */
export interface Name {
  readonly namespace: string;
  readonly name: string;
}

export interface Deployment {
  readonly id: string;
  readonly name: string;
  readonly replicas: number;
  readonly repository: Name;
  readonly image: { readonly imageId: string };
  /** The image group that its model was trained on, if it serves one. */
  readonly trainedOn?: Name;
}

const platform = (name: string): Name => ({ namespace: 'data-platform', name });
const busybox = { namespace: 'group', name: 'busybox' };
const pytorch = { namespace: 'op_svc_modelarts_container2', name: 'pytorch_1_8' };
const tensorflow = platform('tensorflow.2.15');
const centos = { imageId: 'bc6bed6e-ba3a-4447-afcc-449174a3eb52' };
const fedora = { imageId: 'a9f4514a-144e-4913-a04f-0872f18515c4' };

export const deployments: readonly Deployment[] = [
  { id: '1', name: 'health-probe', replicas: 12, repository: busybox, image: centos },
  { id: '2', name: 'recommender', replicas: 3, repository: pytorch, image: fedora, trainedOn: pytorch },
  { id: '3', name: 'fraud-check', replicas: 2, repository: platform('a/b_c.d'), image: centos, trainedOn: tensorflow },
  { id: '4', name: 'builder', replicas: 1, repository: platform('base/images/ubuntu/22.04'), image: fedora },
  { id: '5', name: 'metrics', replicas: 5, repository: platform('huge-counters'), image: centos },
  { id: '6', name: 'pipeline', replicas: 4, repository: platform('double__underscore'), image: centos },
  { id: '7', name: 'search', replicas: 2, repository: platform('digits-in-text'), image: centos },
  // Its repository was deleted.
  { id: '8', name: 'old-billing', replicas: 1, repository: platform('deleted'), image: fedora },
];
