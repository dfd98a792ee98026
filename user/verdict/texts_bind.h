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
extern const struct text text_void_by_nosuid;
extern const struct text text_void_by_no_new_privs;
extern const struct text text_denied_by_seccomp;
extern const struct text text_denied_by_module;
extern const struct text text_denied_by_program;
extern const struct text text_path_read_only;
extern const struct text fix_own_network_docker;
extern const struct text fix_own_network_kubernetes;
extern const struct text fix_ambient;
extern const struct text fix_privileges_docker;
extern const struct text fix_privileges_kubernetes;
extern const struct text fix_move_program;
extern const struct text fix_mount_suid;
extern const struct text fix_start_again;
extern const struct text fix_effective_file;
extern const struct text fix_seccomp_docker;
extern const struct text fix_seccomp_kubernetes;
extern const struct text fix_seccomp_systemd;
extern const struct text fix_seccomp;
extern const struct text fix_module_log;
extern const struct text fix_module_rule;
extern const struct text fix_program_systemd;
extern const struct text fix_program_owner;
extern const struct text fix_add_address;
extern const struct text fix_enable_ipv6_docker;
extern const struct text fix_remove_stale;
extern const struct text fix_stop_path_holder;
extern const struct text fix_other_path;
extern const struct text fix_mount_volume;
extern const struct text fix_tmpfs_docker;
extern const struct text fix_tmpfs_kubernetes;
extern const struct text fix_tmpfs_systemd;
extern const struct text fix_tmpfs;
extern const struct text fix_own_directory;
extern const struct text fix_directory_systemd;
extern const struct text fix_directory_kubernetes;
extern const struct text fix_loopback_up;

#endif
