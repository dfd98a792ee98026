# SPDX-License-Identifier: BSD-2-Clause
"""An initial file system: programs, and the libraries that they ask for."""
import os
import re
import shutil
import subprocess


def install(source, root, target):
    place = os.path.join(root, target.lstrip("/"))
    os.makedirs(os.path.dirname(place), exist_ok=True)
    shutil.copy(source, place)
    os.chmod(place, 0o755)


def needed(binary):
    """Names of libraries, and the loader's path; as the file has them, of whatever machine it is."""
    told = subprocess.run(["readelf", "-d", "-l", "-W", binary], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return (re.findall(r"\(NEEDED\).*\[(.*)\]", told),
            re.findall(r"program interpreter: (.*)\]", told))


def install_libraries(binary, root, folders, done):
    """folders: where libraries of that machine are; done: names that are in root already."""
    names, loaders = needed(binary)
    for loader in loaders:
        if loader not in done:
            done.add(loader)
            install(find(os.path.basename(loader), folders), root, loader)
    for name in set(names) - done:
        done.add(name)
        library = find(name, folders)
        install(library, root, os.path.join("lib", name))
        install_libraries(library, root, folders, done)


def find(name, folders):
    for folder in folders:
        place = os.path.join(folder, name)
        if os.path.exists(place):
            return os.path.realpath(place)
    raise FileNotFoundError(f"{name} in none of {folders}")


def pack(root, image):
    """Everything under root, as the kernel unpacks it; packed small it would take longer, at both ends."""
    names = subprocess.run(["find", "."], cwd=root, check=True, stdout=subprocess.PIPE)
    with open(image, "wb") as file:
        subprocess.run(["cpio", "-o", "-H", "newc", "-R", "0:0", "--quiet"], cwd=root,
                       input=names.stdout, check=True, stdout=file)


def make(root, image, programs, files, folders):
    """programs: {name in /bin: file}; files: {path: file}, init among them, the first process."""
    done = set()
    for folder in ("proc", "sys", "dev", "tmp", "etc", "lib"):
        os.makedirs(os.path.join(root, folder))
    for name, file in programs.items():
        install(file, root, os.path.join("bin", name))
        install_libraries(file, root, folders, done)
    for place, file in files.items():
        install(file, root, place)
    with open(os.path.join(root, "etc/hosts"), "w", encoding="utf-8") as file:
        file.write("127.0.0.1 localhost\n")
    pack(root, image)
