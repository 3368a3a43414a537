// The packed front end as read-only data of the program. WEB_PACK is the file; without a front end it is empty.
    .section .rodata
    .balign 16
    .globl quickclinic_web_pack
    .hidden quickclinic_web_pack
quickclinic_web_pack:
    .incbin WEB_PACK
quickclinic_web_pack_end:
    .balign 8
    .globl quickclinic_web_pack_bytes
    .hidden quickclinic_web_pack_bytes
quickclinic_web_pack_bytes:
    .quad quickclinic_web_pack_end - quickclinic_web_pack
    .section .note.GNU-stack, "", %progbits
