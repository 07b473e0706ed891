// The bounds of bytes in little memory, as the loader of the settings lowers them, and what the server says of it.
import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { memoryOfProcess } from '../../src/config/memory.ts';
import { run } from '../support/processes/command.ts';

const MB = 1024 * 1024;
const NO_CONTAINER = Number.POSITIVE_INFINITY;

/** The bounds in MB, for a heap and a container of so many. */
function boundsIn(heap: number, container = NO_CONTAINER, settings: Record<string, string> = {}) {
  const config = loadConfig(settings, { heap: heap * MB, container: container * MB });
  const { totalBodyBytes, responseBytes, totalResponseBytes } = config.limits;
  const bounds = [totalBodyBytes, responseBytes, totalResponseBytes, config.cloud.totalMemoryBytes];
  return { bounds: bounds.map((bytes) => Math.round(bytes / MB)), config };
}

test.each([
  ['of 64 GB', 65_536, NO_CONTAINER, [64, 32, 256, 512]],
  ['of 2 GB', 2_048, NO_CONTAINER, [64, 32, 256, 512]],
  ['of 1152 MB', 1_152, NO_CONTAINER, [32, 16, 128, 256]],
  ['of 704 MB, as with --max-old-space-size=512', 704, NO_CONTAINER, [15, 7, 59, 118]],
  ['of 320 MB', 320, NO_CONTAINER, [4, 1, 4, 8]],
  ['of nothing', 0, NO_CONTAINER, [4, 1, 4, 8]],
  ['of 2 GB in a container of 1 GB', 2_048, 1_024, [17, 9, 69, 138]],
] as const)('a heap %s has bounds in proportion', (_title, heap, container, expected) => {
  const { bounds, config } = boundsIn(heap, container);
  expect(bounds).toEqual(expected);
  expect(config.notices).toHaveLength(expected[0] === 64 ? 0 : 1);
});

test('workers share the memory of their container', () => {
  expect(boundsIn(4_096, 4_096).bounds).toEqual([64, 32, 256, 512]);
  expect(boundsIn(4_096, 4_096, { IMAGE_GRAPH_WORKERS: '4' }).bounds).toEqual(boundsIn(768).bounds);
});

test('without a container the memory of the machine is what they share', () => {
  const { container } = memoryOfProcess();
  expect(container).toBeGreaterThan(0);
  expect(container).toBeLessThanOrEqual(totalmem());
});

test.each([
  [65_536, 1],
  [2_048, 1],
  [1_152, 1 / 2],
  [0, 1 / 64],
])('in a heap of %d MB what is kept between operations has a part of its size', (heap, share) => {
  expect(boundsIn(heap).config.memoryShare).toBeCloseTo(share, 2);
});

test('in any memory one caller may send one whole body, and receive one whole response', () => {
  for (let heap = 0; heap < 2_500; heap += 50) {
    const { bodyBytes, totalBodyBytes, responseBytes, totalResponseBytes } = boundsIn(heap).config.limits;
    expect(totalBodyBytes / 4).toBeGreaterThanOrEqual(bodyBytes);
    expect(totalResponseBytes / 4).toBeGreaterThanOrEqual(responseBytes);
  }
});

test('a bound that is given stays, with a warning where the memory is too small for it', () => {
  const settings = { IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES: '100000000', IMAGE_GRAPH_MAX_RESPONSE_BYTES: '1000' };
  const { config } = boundsIn(704, NO_CONTAINER, settings);
  expect(config.limits).toMatchObject({ totalResponseBytes: 100_000_000, responseBytes: 1_000 });
  expect(config.warnings).toEqual([
    'IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES=100000000 is more than a heap of 704 MB holds: 61946643.',
  ]);
  expect(config.notices).toEqual([
    'The heap may take 704 MB, which lowers bounds: IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES to 15486660, IMAGE_GRAPH_MAX_TOTAL_UPSTREAM_BYTES to 123893287.',
  ]);
  expect(boundsIn(4_096, NO_CONTAINER, settings).config).toMatchObject({ warnings: [], notices: [] });
});

test('a heap that is too small for the server has a warning', () => {
  expect(boundsIn(250).config.warnings).toEqual([
    'A heap of 250 MB is too small for the server: it may end at any moment.',
  ]);
  expect(boundsIn(256).config.warnings).toEqual([]);
});

test('the server says at start which bounds its heap lowers, and is ready', async () => {
  const server = run({ PORT: '0', NODE_OPTIONS: '--max-old-space-size=512' });
  const output = await server.says('open http');
  expect(output).toMatch(/"The heap may take \d+ MB, which lowers bounds: IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES to \d+, /);
  expect(output).toContain('image-graph is ready');
  server.child.kill('SIGINT');
  expect((await server.ends()).code).toBe(0);
});
