using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.AuditApi.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Integrity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "leaf_hash",
                schema: "audit",
                table: "audit_events",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "audit_heads",
                schema: "audit",
                columns: table => new
                {
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    root = table.Column<byte[]>(type: "BLOB", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_heads", x => x.size);
                });

            migrationBuilder.CreateTable(
                name: "audit_leases",
                schema: "audit",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    holder = table.Column<Guid>(type: "TEXT", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_leases", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "audit_signing_keys",
                schema: "audit",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    wrapped_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_signing_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_tree_tiles",
                schema: "audit",
                columns: table => new
                {
                    level = table.Column<int>(type: "INTEGER", nullable: false),
                    index = table.Column<long>(type: "INTEGER", nullable: false),
                    hashes = table.Column<byte[]>(type: "BLOB", nullable: false),
                    root = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_tree_tiles", x => new { x.level, x.index });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_heads",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "audit_leases",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "audit_signing_keys",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "audit_tree_tiles",
                schema: "audit");

            migrationBuilder.DropColumn(
                name: "leaf_hash",
                schema: "audit",
                table: "audit_events");
        }
    }
}
