/** A fresh id that has never been given out: lower-case letters and digits, at least 80 random bits. */
export type NewId = () => string;
