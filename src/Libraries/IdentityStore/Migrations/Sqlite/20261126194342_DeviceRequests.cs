using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.IdentityStore.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DeviceRequests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "attempt_counters",
                schema: "identity",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_attempt_counters", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "device_requests",
                schema: "identity",
                columns: table => new
                {
                    device_code_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    address = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    poll_interval = table.Column<int>(type: "INTEGER", nullable: false),
                    next_poll_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_requests", x => x.device_code_id);
                    table.ForeignKey(
                        name: "fk_device_requests_tokens_device_code_id",
                        column: x => x.device_code_id,
                        principalSchema: "identity",
                        principalTable: "tokens",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_attempt_counters_ends_at",
                schema: "identity",
                table: "attempt_counters",
                column: "ends_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "attempt_counters",
                schema: "identity");

            migrationBuilder.DropTable(
                name: "device_requests",
                schema: "identity");
        }
    }
}
