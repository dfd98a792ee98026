/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host could add to a failure in time. It travels in the stream beside the event that it
 * belongs to, so that a recording gives the same verdicts; every member is optional: zero or an
 * empty string is what is not known.
 */
#ifndef SEAMARK_VERDICT_CONTEXT_H
#define SEAMARK_VERDICT_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who has the port or the path that was asked for. */
struct holder_evidence {
	uint8_t known;
	uint8_t is_self;		/* the failing process itself */
	uint8_t reuse_port;		/* the holder set SO_REUSEPORT */
	uint8_t other_user;		/* the holder's socket belongs to another user */
	uint32_t pid;			/* 0: not known */
	uint32_t user;			/* of the socket; valid with a pid */
	char program[64];
	char container[72];
	char address[128];		/* "0.0.0.0:8080" */
	char state[24];			/* "listen", "bound", "connected", "time_wait" */
};

/* Who listens on the port that refused a connection, as far as this host can tell. */
struct listener_evidence {
	uint8_t searched;		/* the whole host was looked through */
	uint8_t known;			/* one was found: the rest is about it */
	uint8_t fits;			/* it would take this very connection now: it came later */
	uint8_t other_network;		/* in another network namespace */
	uint8_t peer_is_here;		/* the peer's address is one of this network namespace */
	uint32_t pid;
	char program[64];
	char container[72];
	char address[128];
	char network_addresses[160];	/* of the network that it listens in */
};

/* What the routes of a network namespace say about an address. */
struct route_evidence {
	uint8_t known;			/* they were read: no type means that there is none */
	char type[16];			/* "unicast", "local", "broadcast", "prohibit", "reject" */
	char prefix[64];		/* "10.0.0.0/8" */
};

/* Another connection of the same dial that was there first. */
struct race_evidence {
	uint8_t lost;
	char winner[128];		/* "10.0.0.7:443" */
	uint64_t ahead_ns;		/* how long before the loser was given up */
};

/* The way to a unix socket's path, seen from the root of the process that named it. */
struct path_evidence {
	uint8_t known;			/* the walk came to its end: what follows is certain */
	uint8_t passes;			/* nothing stops it: neither mode nor a missing name */
	uint8_t missing;		/* stopped: at is not there */
	uint8_t not_searchable;		/* stopped: at is a directory that the user may not enter */
	uint8_t no_directory;		/* stopped: at is in the way, and no directory */
	uint8_t exists;			/* the last component is there */
	uint8_t is_socket;		/* and is a socket */
	uint8_t holder_searched;	/* the whole host was asked who holds it */
	uint8_t read_only;		/* its file system is mounted read-only */
	uint32_t mode;			/* permission bits of what stops the way */
	uint32_t user;			/* its owner */
	uint32_t group;
	char at[128];			/* what stops the way, or the directory at its end */
};

/* What guards the process beside the checks that every process meets. */
struct guard_evidence {
	uint8_t no_module;		/* no security module is at work on this host */
	char modules[96];		/* "lockdown,capability,apparmor" */
	char label[96];			/* "docker-default (enforce)" */
	uint64_t file_permitted;	/* capabilities of the executable file */
	uint8_t file_known;		/* the two members beside were read */
	uint8_t file_effective;
};

/* The certificate that failed, and the authorities that Go looked at. */
struct trust_evidence {
	uint8_t parsed;			/* the certificate was: the five below, and its texts */
	uint8_t is_self_issued;		/* it names itself as its issuer */
	uint8_t is_authority;
	uint8_t has_issuer_url;		/* it says where its issuer's certificate is published */
	uint8_t searched;		/* the places where Go looks were looked through: wholly */
	uint8_t bundle_found;
	uint8_t by_environment;		/* SSL_CERT_FILE names the bundle */
	uint8_t issuer_found;		/* an authority of the issuer's name is among them */
	uint8_t rights_known;		/* of the bundle that could not be read: the three below */
	uint8_t clock;			/* enum clock_state */
	uint32_t authorities;		/* how many there are */
	uint32_t mode;			/* permission bits */
	uint32_t user;
	uint32_t group;
	uint64_t program_unix;		/* when the executable was made; 0: not known */
	char bundle[128];		/* the file that Go takes, or would take */
	char issuer[128];		/* of the certificate for which no authority was found */
	char subject[128];
	char common_name[128];
	char names[256];		/* that the certificate is for */
	char system[64];		/* of the image: "alpine", "debian"; empty: none */
	char libc[16];			/* "musl", "glibc", "none" */
};

enum clock_state {
	CLOCK_UNKNOWN,
	CLOCK_SYNCHRONISED,		/* as the kernel was told by whoever sets it */
	CLOCK_FREE,
};

struct verdict_context {
	struct holder_evidence holder;
	struct listener_evidence listener;
	struct route_evidence route;
	struct race_evidence race;
	struct path_evidence path;
	struct guard_evidence guard;
	struct trust_evidence trust;
	uint8_t host_network;		/* the network namespace is the host's */
	char local_addresses[160];	/* of the network namespace: "127.0.0.1, 10.0.0.5" */
	char runtime[16];		/* "docker", "containerd"; empty: none */
	uint64_t now_unix_ns;		/* for certificates; 0: not known */
};

/* From a recording bytes may be anything: false when a text among them does not end. */
bool verdict_context_is_sound(const struct verdict_context *context);

#endif
