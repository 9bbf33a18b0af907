"""Services of the operating system.

::

    atomic           write files whole or not at all
    private_folders  make folders that only their user may enter
    locks            lock open files, exclusively or shared
    cpu_count        the processor cores that this process may use
    stop_flag        Ctrl-C and other signals ─▶ a flag that stages read
    priority         give this process the lowest priority
    page_cache       have files read into memory early
"""
