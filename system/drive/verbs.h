/* SPDX-License-Identifier: GPL-2.0-only */
/* What steps do, one function a verb: see struct drive_verb. */
#ifndef SYSTEM_DRIVE_VERBS_H
#define SYSTEM_DRIVE_VERBS_H

struct drive;
struct drive_step;
struct drive_thread;

#define DRIVE_VERB(name)                                                                           \
	int drive_verb_##name(struct drive *drive, struct drive_thread *self,                      \
			      const struct drive_step *step)

DRIVE_VERB(add);
DRIVE_VERB(remove);
DRIVE_VERB(process);
DRIVE_VERB(exit);
DRIVE_VERB(mmap);
DRIVE_VERB(munmap);
DRIVE_VERB(remap);
DRIVE_VERB(mprotect);
DRIVE_VERB(touch);
DRIVE_VERB(bind);
DRIVE_VERB(unbind);
DRIVE_VERB(domain);
DRIVE_VERB(free);
DRIVE_VERB(attach);
DRIVE_VERB(detach);
DRIVE_VERB(claim);
DRIVE_VERB(release);
DRIVE_VERB(map);
DRIVE_VERB(unmap);
DRIVE_VERB(access);
DRIVE_VERB(request);
DRIVE_VERB(withhold);
DRIVE_VERB(complete);
DRIVE_VERB(unplug);
DRIVE_VERB(damage);
DRIVE_VERB(pause);
DRIVE_VERB(leaks);

#endif
