/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of bind and listen. */
#ifndef SEAMARK_VERDICT_TEXTS_BIND_H
#define SEAMARK_VERDICT_TEXTS_BIND_H

#include "user/verdict/text.h"

extern const struct text text_missing_capability;
extern const struct text text_capability_not_effective;
extern const struct text text_foreign_network;
extern const struct text text_address_in_use;
extern const struct text text_ports_exhausted;
extern const struct text text_address_not_local;
extern const struct text text_family_unavailable;
extern const struct text text_path_exists;
extern const struct text text_path_missing;
extern const struct text text_path_denied;
extern const struct text fix_higher_port;
extern const struct text fix_higher_port_docker;
extern const struct text fix_higher_port_kubernetes;
extern const struct text fix_port_start_docker;
extern const struct text fix_port_start_podman;
extern const struct text fix_port_start_kubernetes;
extern const struct text fix_port_start;
extern const struct text fix_ambient_systemd;
extern const struct text fix_file_capability;
extern const struct text fix_raise_capability;
extern const struct text fix_own_network;
extern const struct text fix_publish_port;
extern const struct text fix_stop_holder;
extern const struct text fix_find_holder;
extern const struct text fix_close_own;
extern const struct text fix_other_port;
extern const struct text fix_reuse_address;
extern const struct text fix_same_user;
extern const struct text fix_reserve_port;
extern const struct text fix_wildcard;
extern const struct text fix_pod_address;
extern const struct text fix_enable_ipv6;
extern const struct text fix_listen_ipv4;
extern const struct text fix_remove_path;
extern const struct text fix_make_directory;
extern const struct text fix_directory_rights;
extern const struct text fix_port_range;
extern const struct text fix_reuse_connections;

#endif
