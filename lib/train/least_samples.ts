/**
 * So many different samples of each class it takes to train. With fewer there
 * are one or two of a class to judge by, which refuse good networks and pass
 * useless ones.
 */
export const LEAST_SAMPLES_OF_CLASS = 10;
