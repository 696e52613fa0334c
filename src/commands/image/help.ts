/** `image --help`. */
export const IMAGE_HELP = `proxwright image build [FILE…] [--output IMAGE.tar.gz] [--engine native|docker|packer] [--json]
                                       build the image of the maas_image: answers; without FILE, as they are unless told
proxwright image build [FILE…] --render-only DIR
                                       only write what an engine needs, to run it elsewhere
proxwright image verify IMAGE.tar.gz [--json]
                                       whether MAAS can deploy it; needs no root and unpacks nothing
proxwright image boot IMAGE.tar.gz [--accel kvm|tcg] [--memory MIB] [--json]
                                       boot it in QEMU by UEFI, and look at it through SSH
proxwright image network CONFIG.yaml [--json]
                                       the /etc/network/interfaces that a network config of MAAS becomes
proxwright image upload [IMAGE.tar.gz] [--name NAME] [--title TITLE] [--base-image ubuntu/jammy] [--json]
                                       bring it into MAAS; what is there already is not sent again
proxwright image list [DIR] [--json]   the images of a folder, and those in MAAS where one is named

Address and key of MAAS: --url http://<server>:5240/MAAS (or MAAS_API_URL), --api-key-file FILE (or MAAS_API_KEY).
proxwright apply FILE builds with a journal: it can be gone on with and taken back.
`;
