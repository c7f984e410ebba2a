// SPDX-License-Identifier: GPL-2.0-only
/* Bitmaps: searches and ranges. Free of charge: the words of a bitmap are not tagged. */
#include <linux/bitmap.h>

#include <linux/minmax.h>

static unsigned long find_next(const unsigned long *addr, unsigned long size, unsigned long offset,
			       unsigned long invert)
{
	while (offset < size) {
		unsigned long word = (addr[BIT_WORD(offset)] ^ invert) >> offset % BITS_PER_LONG;

		if (word)
			return min(offset + __ffs(word), size);
		offset = (BIT_WORD(offset) + 1) * BITS_PER_LONG;
	}
	return size;
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset)
{
	return find_next(addr, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset)
{
	return find_next(addr, size, offset, ~0UL);
}

void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits)
{
	for (unsigned int i = 0; i < nbits; i++)
		__set_bit(start + (unsigned long)i, map);
}

void bitmap_clear(unsigned long *map, unsigned int start, unsigned int nbits)
{
	for (unsigned int i = 0; i < nbits; i++)
		__clear_bit(start + (unsigned long)i, map);
}

bool bitmap_empty(const unsigned long *map, unsigned int nbits)
{
	return find_next_bit(map, nbits, 0) == nbits;
}

unsigned int bitmap_weight(const unsigned long *map, unsigned int nbits)
{
	unsigned int weight = 0;
	unsigned long bit;

	for_each_set_bit (bit, map, (unsigned long)nbits)
		weight++;
	return weight;
}
