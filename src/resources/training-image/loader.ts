// Loads training images by their id. Strategy: fan-out, as no list of ModelArts takes ids.
import { defineLoader, fanOut } from '../../loading/batch.ts';
import type { TrainingImage } from './record.ts';
import { showTrainingImage } from './upstream.ts';

/** Shape: null for an image that does not exist. Calls: one for each distinct id. */
export const trainingImageLoader = defineLoader<string, TrainingImage>((id) => id, fanOut(showTrainingImage));
