/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What verdicts say, in both languages side by side. {key} is filled in from evidence or hints,
 * {?key}...{/} stays only where there is one.
 */
#ifndef SEAMARK_VERDICT_TEXTS_H
#define SEAMARK_VERDICT_TEXTS_H

struct text {
	const char *english;
	const char *chinese;
};

/* bind and listen */
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
extern const struct text fix_wildcard;
extern const struct text fix_pod_address;
extern const struct text fix_enable_ipv6;
extern const struct text fix_listen_ipv4;
extern const struct text fix_remove_path;
extern const struct text fix_make_directory;
extern const struct text fix_directory_rights;
extern const struct text fix_port_range;
extern const struct text fix_reuse_connections;

/* connect */
extern const struct text text_refused;
extern const struct text text_refused_path;
extern const struct text text_unanswered;
extern const struct text text_program_deadline;
extern const struct text text_no_route;
extern const struct text text_reset;
extern const struct text text_blocked;
extern const struct text fix_start_listener;
extern const struct text fix_listen_outside;
extern const struct text fix_look_at_filters;
extern const struct text fix_longer_deadline;
extern const struct text fix_look_at_routes;
extern const struct text fix_look_at_peer;
extern const struct text fix_allow_policy;
extern const struct text fix_mount_socket;

/* tls.handshake */
extern const struct text text_hostname_mismatch;
extern const struct text text_certificate_expired;
extern const struct text text_certificate_not_yet_valid;
extern const struct text text_protocol_version;
extern const struct text text_no_common_cipher;
extern const struct text text_not_tls;
extern const struct text text_certificate_required_client;
extern const struct text text_certificate_required_server;
extern const struct text text_our_certificate_rejected;
extern const struct text text_peer_rejected_certificate;
extern const struct text text_remote_alert;
extern const struct text text_closed_by_peer;
extern const struct text text_timeout;
extern const struct text text_cancelled;
extern const struct text fix_certificate_names;
extern const struct text fix_dial_right_name;
extern const struct text fix_renew_certificate;
extern const struct text fix_check_clock;
extern const struct text fix_versions_overlap;
extern const struct text fix_ciphers_overlap;
extern const struct text fix_speak_tls;
extern const struct text fix_right_port;
extern const struct text fix_send_certificate;
extern const struct text fix_client_authority;
extern const struct text fix_client_trust;
extern const struct text fix_peer_log;
extern const struct text fix_handshake_deadline;

#endif
