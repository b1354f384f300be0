/**
 * Days and months of UTC, as numbers: the windows of limits by day and by month.
 *
 * @module
 */

/** The length of a day, in ms. */
export const DAY_MS = 86_400_000;

/** The number of the day of a time in ms since the epoch. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** The number of the month of a time in ms since the epoch: months since January of the year 0. */
export function monthOf(atMs: number): number {
  const date = new Date(atMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** When a day ends, in ms since the epoch. */
export function dayEndMs(day: number): number {
  return (day + 1) * DAY_MS;
}

/** When a month ends, in ms since the epoch. */
export function monthEndMs(month: number): number {
  return Date.UTC(Math.floor(month / 12), (month % 12) + 1);
}
